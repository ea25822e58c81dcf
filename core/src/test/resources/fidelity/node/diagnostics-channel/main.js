const channel = require('node:diagnostics_channel').channel('shop');

console.log(channel.hasSubscribers);
channel.subscribe((message, name) => console.log(name, message));
channel.publish({ sold: 'tea' });
