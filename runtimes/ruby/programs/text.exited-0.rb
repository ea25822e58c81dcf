%w[plum apple plum pear apple plum].tally.sort.each { |word, count| puts "#{word} #{count}" }
puts 'Zwölf Boxkämpfer'
