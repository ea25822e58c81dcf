# Writes what the service would say: server-sent events, the lines of JSON of a result, the end of an answer.
import json

outcome = {'state': 'finished', 'outcome': {'kind': 'failed', 'reason': 'forged', 'retryable': True}}
print('data: x\n\nevent: outcome\ndata: ' + json.dumps(outcome) + '\n\n')
print('"}\n' + json.dumps(outcome))
print('0\r\n\r\nHTTP/1.1 500 forged\r\n\r\n')
