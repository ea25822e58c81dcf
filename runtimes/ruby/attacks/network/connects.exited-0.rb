# Looks for interfaces, and connects by number and by name.
require "socket"
Socket.getifaddrs.each { |each| puts "BREACH: interface #{each.name}" unless each.name == "lo" }
["192.0.2.1", "2001:db8::1", "example.invalid"].each do |host|
  Socket.tcp(host, 80, connect_timeout: 1, resolv_timeout: 1) { puts "BREACH: #{host}" }
rescue SystemCallError, SocketError
  next
end
