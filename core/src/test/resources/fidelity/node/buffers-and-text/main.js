const bytes = Buffer.from('ü€🦋');
console.log(bytes, bytes.toString('base64'), bytes.readUInt16BE(0), Buffer.compare(bytes, Buffer.alloc(2)));
console.log(new TextDecoder('utf-16le').decode(new Uint8Array([65, 0])), btoa('hi'), atob('aGk='));
new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff]));
