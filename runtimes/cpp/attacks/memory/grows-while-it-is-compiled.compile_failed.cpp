// Types that become larger without an end, for which the compiler takes memory until it has no more, or the depth is reached.
// limits: wall-time=60s
template <typename First, typename Second>
struct Pair {};
template <int depth, typename Type>
struct Grow : Grow<depth + 1, Pair<Type, Type>> {};
int main() { return sizeof(Grow<0, int>); }
