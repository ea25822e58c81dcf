console.log(new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(1234.5));
console.log(new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' }).format(0));
console.log(['ä', 'z', 'a'].sort(new Intl.Collator('sv').compare), 'İ'.toLocaleLowerCase('tr'));
console.log(Intl.DateTimeFormat().resolvedOptions().locale, Intl.DateTimeFormat().resolvedOptions().timeZone);
console.log((1234567.891).toLocaleString(), new Intl.PluralRules('pl').select(3), new Date(0).toLocaleString());
