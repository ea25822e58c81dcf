// The default printer tells the process id.
process.removeAllListeners('warning');
process.on('warning', (warning) => console.log(warning.name, warning.code, warning.message, warning.detail));
process.emitWarning('look out');
process.emitWarning('with more', { type: 'ShopWarning', code: 'SHOP1', detail: 'the detail' });
process.nextTick(() => console.log('tick'));
