// Has Node report all that it knows of the machine.
const { header, environmentVariables } = process.report.getReport();

if (header.host !== 'mayfly') console.log('BREACH: the host is', header.host);
const outside = (header.networkInterfaces ?? []).filter((address) => !address.internal);
if (outside.length > 0) console.log('BREACH: interfaces', outside);
const secret = Object.keys(environmentVariables).filter((name) => /MAYFLY|DOCKER|KAFKA|TOKEN|SECRET/.test(name));
if (secret.length > 0) console.log('BREACH: variables', secret);
