import requests

print("before", flush=True)
requests.get("http://example.com")
