console.log(Object.keys(process.env).filter((name) => /^(NODE|PYTHON|MAYFLY)/.test(name)).sort());
