const { performance, PerformanceObserver } = require('node:perf_hooks');

new PerformanceObserver((list, observer) => {
  console.log(list.getEntries().map((entry) => [entry.name, entry.entryType]));
  observer.disconnect();
}).observe({ entryTypes: ['mark'] });
performance.mark('here');
console.log(performance.getEntriesByType('mark').length, performance.now() > 0);
