import datetime
import time

print(time.tzname, time.timezone)
print(datetime.datetime.fromtimestamp(0).isoformat(), time.strftime("%H:%M %Z", time.localtime(0)))
