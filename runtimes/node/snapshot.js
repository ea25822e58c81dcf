'use strict';
// What the startup snapshot is made of: node itself and nothing else. What node loses on the way is brought back when it wakes.
const { Console } = console;
require('v8').startupSnapshot.addDeserializeCallback(() => {
  console.Console = Console;
  const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace'); // in its usual place, behind stackTraceLimit
  delete Error.prepareStackTrace;
  Object.defineProperty(Error, 'prepareStackTrace', prepare);
});
