require('node:child_process').spawn('no-such-program-here', ['x']);
