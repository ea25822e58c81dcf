import json
import re

print(json.dumps({"b": [1, 2.5, None, True], "a": "ü"}, indent=2, ensure_ascii=False))
print(re.findall(r"(?P<k>\w+)=(\d+)", "a=1 b=22"), re.sub(r"\s+", "-", " a  b "))
json.loads('{"a": 1,}')
