#!/usr/bin/env node
console.log(new Error('line 2').stack.split('\n')[1]);
