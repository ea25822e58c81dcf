try {
  process.exitCode = 1.5;
} catch (error) {
  console.log(error.code, error.message);
}
process.exit('many');
