const stream = new Blob(['héllo ', 'web']).stream().pipeThrough(new TextDecoderStream());
let text = '';
for await (const chunk of stream) text += chunk;
console.log(text, await new Response('body').text(), typeof fetch, new Headers({ A: '1' }).get('a'));
