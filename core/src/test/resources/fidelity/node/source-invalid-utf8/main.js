console.log('grüße', 'grüße'.length);
