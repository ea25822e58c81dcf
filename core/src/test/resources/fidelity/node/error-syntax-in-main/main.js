console.log('never');
const a = 1 +;
