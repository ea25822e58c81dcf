require('node:fs').unlinkSync('main.js');
throw new Error('the source line comes from memory');
