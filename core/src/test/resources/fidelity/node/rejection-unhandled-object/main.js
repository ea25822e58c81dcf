Promise.reject({ code: 4, list: [1] });
