//! What may come to the port that is not the answer, as it is written on the wire.
//!
//! Many of them carry the right state, so that taking one of them would show. Knows nothing of sockets.

/// How long `LONG` is: more than any browser's whole request.
pub(crate) const LONG: usize = 20 * 1024;

/// `HOST` stands for the line that belongs there, `PORT` for the port, `LONG` for something that doesn't end.
pub(crate) const KINDS: [&str; 56] = [
    // What browsers ask for by themselves.
    "GET /favicon.ico HTTP/1.1\r\nHOST\r\n",
    "GET /favicon.ico HTTP/1.1\r\nHOSTSec-Fetch-Dest: image\r\n\r\n",
    "GET / HTTP/1.1\r\nHOST\r\n",
    "GET /apple-touch-icon.png HTTP/1.1\r\nHOST\r\n",
    "GET /robots.txt HTTP/1.1\r\nHOST\r\n",
    "GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Purpose: prefetch\r\n\r\n",
    "GET /callback?code=c&state=right HTTP/1.1\r\nHOSTPurpose: prefetch\r\n\r\n",
    // Nearly the path.
    "GET /callback/?code=c&state=right HTTP/1.1\r\nHOST\r\n",
    "GET //callback?code=c&state=right HTTP/1.1\r\nHOST\r\n",
    "GET /%63allback?code=c&state=right HTTP/1.1\r\nHOST\r\n",
    "GET /../callback?code=c&state=right HTTP/1.1\r\nHOST\r\n",
    "GET /CALLBACK?code=c&state=right HTTP/1.1\r\nHOST\r\n",
    // The path, with what nobody waits for.
    "GET /callback HTTP/1.1\r\nHOST\r\n",
    "GET /callback?code=c HTTP/1.1\r\nHOST\r\n",
    "GET /callback?code=c&state=wrong HTTP/1.1\r\nHOST\r\n",
    "GET /callback?error=access_denied HTTP/1.1\r\nHOST\r\n",
    "GET /callback?error=access_denied&state=wrong HTTP/1.1\r\nHOST\r\n",
    "GET /callback?code=%zz&state=%00 HTTP/1.1\r\nHOST\r\n",
    "GET /callback?state=<script>alert(1)</script> HTTP/1.1\r\nHOST\r\n",
    // Other methods.
    "HEAD /callback?code=c&state=right HTTP/1.1\r\nHOST\r\n",
    "OPTIONS /callback HTTP/1.1\r\nHOSTOrigin: https://evil.example\r\nAccess-Control-Request-Private-Network: true\r\n\r\n",
    "OPTIONS /callback HTTP/1.1\r\nHOSTOrigin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHOST\r\n",
    "POST /callback HTTP/1.1\r\nHOSTContent-Length: 18\r\n\r\ncode=c&state=right",
    "POST /callback HTTP/1.1\r\nHOSTContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "PUT /callback HTTP/1.1\r\nHOST\r\n",
    "DELETE /callback HTTP/1.1\r\nHOST\r\n",
    "CONNECT 127.0.0.1:PORT HTTP/1.1\r\nHOST\r\n",
    "TRACE /callback HTTP/1.1\r\nHOST\r\n",
    "get /callback?code=c&state=right HTTP/1.1\r\nHOST\r\n",
    // Meant for another host, or for none, or for two.
    "GET /callback?code=c&state=right HTTP/1.1\r\nHost: rebound.example:PORT\r\n\r\n",
    "GET /callback?code=c&state=right HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n",
    "GET /callback?code=c&state=right HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "GET /callback?code=c&state=right HTTP/1.1\r\nHOSTHOST\r\n",
    "GET /callback?code=c&state=right HTTP/1.1\r\n\r\n",
    "GET http://127.0.0.1:PORT/callback?code=c&state=right HTTP/1.1\r\nHOST\r\n",
    // From inside a page.
    "GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Fetch-Dest: image\r\n\r\n",
    "GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Fetch-Dest: iframe\r\n\r\n",
    "GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Fetch-Dest: empty\r\nSec-Fetch-Mode: no-cors\r\n\r\n",
    "GET /callback?code=c&state=right HTTP/1.1\r\nHOSTSec-Fetch-Dest: websocket\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    // Two readings of one request.
    "GET /callback?code=c&state=right HTTP/1.1\r\nHOSTContent-Length: 3\r\n\r\nGET",
    "GET /callback?code=c&state=right HTTP/1.1\r\nHOSTTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "GET /callback HTTP/1.1\r\nHOSTHost : 127.0.0.1\r\n\r\n",
    "GET /callback HTTP/1.1\r\nHOSTX: a\r\n folded\r\n\r\n",
    "GET / HTTP/1.1\r\nHOST\r\nGET /callback?code=c&state=right HTTP/1.1\r\nHOST\r\n",
    // Longer than any browser's.
    "GET /callback?code=LONG&state=right HTTP/1.1\r\nHOST\r\n",
    "GET /callback?code=c&state=right HTTP/1.1\r\nHOSTX: LONG\r\n\r\n",
    "LONGLONGLONG",
    // No HTTP/1 at all.
    "\0\0\0\0\0\0\0\0",
    "\u{7f}ELF\u{2}\u{1}\u{1}",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "GET /callback\r\n\r\n",
    "GET /callback HTTP/9.9\r\nHOST\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\u{16}\u{3}\u{1}\u{2}",
    "\u{16}\u{3}\u{1}\0\u{5}GET / HTTP/1.1\r\n\r\n",
];
