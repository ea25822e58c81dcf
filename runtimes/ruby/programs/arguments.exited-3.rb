puts "#{ARGV.length} arguments: #{ARGV.join('|')}"
lines = $stdin.readlines(chomp: true)
puts "#{lines.length} lines, the last is #{lines.last}"
exit 3
