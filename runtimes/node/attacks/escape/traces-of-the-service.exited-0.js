// Looks for the service in its own memory: modules, globals, settings, and text anywhere on the heap.
const v8 = require('v8');

const chunks = [];
v8.getHeapSnapshot()
  .on('data', (chunk) => chunks.push(chunk))
  .on('end', () => {
    const heap = chunks.join('');
    for (const words of [['containerId', '"'], ['dev', '.mayfly.'], ['docker', '.sock'], ['KAFKA', '_'], ['/var/lib', '/mayfly']]) {
      if (heap.includes(words.join(''))) console.log('BREACH: the heap has', words.join(''));
    }
    const strange = [...Object.keys(require.cache), ...module.children.map((child) => child.id)].filter((id) => id !== __filename);
    if (strange.length > 0) console.log('BREACH: modules', strange);
  });
