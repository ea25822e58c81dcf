import plugins.one.hello
import plugins

print(plugins.__file__, list(plugins.__path__), type(plugins.__spec__.loader).__name__)
