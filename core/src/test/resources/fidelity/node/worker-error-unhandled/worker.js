throw new Error('nobody listens');
