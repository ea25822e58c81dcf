// Opens the debugger to all who may connect.
const inspector = require('inspector');
const os = require('os');

inspector.open(0, '0.0.0.0');
const reachable = Object.values(os.networkInterfaces()).flat().filter((address) => !address.internal);
if (reachable.length > 0) console.log('BREACH: the debugger listens at', reachable);
inspector.close();
