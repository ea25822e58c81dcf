'use strict';
console.log(__filename, (function () { return this; })());
throw new Error('after a byte order mark');
