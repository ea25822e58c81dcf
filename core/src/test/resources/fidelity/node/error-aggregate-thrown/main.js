throw new AggregateError([new Error('one'), 'two'], 'many');
