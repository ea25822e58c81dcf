import json

settings = json.loads("{broken")
