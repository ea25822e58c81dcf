console.log(new Date(0).toString(), new Date(0).getTimezoneOffset());
console.log(Intl.DateTimeFormat().resolvedOptions().timeZone);
process.env.TZ = 'UTC';
console.log(new Date(0).toString());
