<?php
// The shop of load_test.go as a PHP script behind nginx and PHP-FPM.
// The order book is a FastCGI parameter.
declare(strict_types=1);

header('Content-Type: text/plain');
[, $kind, $name] = explode('/', $_SERVER['REQUEST_URI'] . '//');
$bytes = strlen((string) file_get_contents('php://input'));

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $book = fopen($_SERVER['ORDER_BOOK'], 'a');
    flock($book, LOCK_EX);
    fwrite($book, $name . "\n"); // the order is executed here
    fflush($book);
    flock($book, LOCK_UN);
    fclose($book);
}

// Work, so that requests are under way when the workers are killed.
usleep(random_int(5_000, 25_000));

switch ($_SERVER['REQUEST_METHOD']) {
    case 'GET':
        echo "page $name\n", str_repeat("filling of the page\n", 205), "end of page $name\n";
        break;
    case 'PUT':
        echo "stored $name, $bytes bytes\n";
        break;
    case 'POST':
        echo "accepted $name\n";
        break;
    default:
        http_response_code(405);
}
