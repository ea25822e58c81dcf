console.log('before');
require('fs');
