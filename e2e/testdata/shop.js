// The shop of load_test.go as a plain Node application.
// node shop.js PORT ORDERBOOK
'use strict';
const fs = require('node:fs');
const http = require('node:http');

const [port, orderBook] = process.argv.slice(2);
let served = 0;

function answer(res, text) {
  served++;
  res.setHeader('Content-Type', 'text/plain');
  res.end(text);
}

const server = http.createServer((req, res) => {
  const [, kind, name] = req.url.split('/');
  let bytes = 0;
  req.on('data', (piece) => { bytes += piece.length; });
  req.on('end', () => {
    if (kind === 'served') {
      res.end(String(served));
      return;
    }
    if (req.method === 'POST') {
      fs.appendFileSync(orderBook, name + '\n'); // the order is executed here
    }
    // Work, so that requests are under way when the process is killed.
    setTimeout(() => {
      switch (req.method) {
        case 'GET':
          answer(res, `page ${name}\n${'filling of the page\n'.repeat(205)}end of page ${name}\n`);
          break;
        case 'PUT':
          answer(res, `stored ${name}, ${bytes} bytes\n`);
          break;
        case 'POST':
          answer(res, `accepted ${name}\n`);
          break;
        default:
          res.statusCode = 405;
          res.end();
      }
    }, 5 + Math.random() * 20);
  });
});
// keepAliveTimeout stays what Node makes it: 5 s.
server.listen(Number(port), '127.0.0.1');
