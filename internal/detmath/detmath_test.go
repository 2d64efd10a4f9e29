package detmath

import (
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"testing"
)

// size is the number of random arguments of a test: n, or many times n in the long form.
func size(n int) int {
	if os.Getenv("BALDWIN_LONG") == "1" {
		return 20 * n
	}
	return n
}

func generator(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// worst is the largest error seen and where.
type worst struct{ ulps, x float64 }

func (w *worst) see(x, got float64, exact *big.Float) {
	if u := ulps(got, exact); !(u <= w.ulps) {
		*w = worst{u, x}
	}
}

func (w *worst) hold(t *testing.T, name string, limit float64) {
	t.Helper()
	t.Logf("%s: at most %.4f ulp, at %x", name, w.ulps, w.x)
	if !(w.ulps <= limit) {
		t.Errorf("%s(%x) errs by %.4f ulp, documented %.2f", name, w.x, w.ulps, limit)
	}
}

// sincosRanges draw arguments where Sin and Cos take different paths.
var sincosRanges = []struct {
	name string
	far  bool
	draw func(*rand.Rand) float64
}{
	{"first quarter", false, func(r *rand.Rand) float64 { return (2*r.Float64() - 1) * math.Pi / 4 }},
	{"one turn", false, func(r *rand.Rand) float64 { return 2 * math.Pi * r.Float64() }},
	{"tiny", false, func(r *rand.Rand) float64 { return math.Ldexp(r.Float64(), -r.IntN(1074)) }},
	{"to 2^20", false, func(r *rand.Rand) float64 { return (2*r.Float64() - 1) * codyWaiteLimit }},
	{"next to a multiple of pi/2", false, func(r *rand.Rand) float64 {
		x := float64(r.IntN(600000)) * (math.Pi / 2)
		return math.Float64frombits(math.Float64bits(x) + uint64(r.IntN(5)-2)*bit(x != 0))
	}},
	{"2^20 to 2^30", true, func(r *rand.Rand) float64 { return math.Ldexp(1+r.Float64(), 20+r.IntN(10)) }},
	{"any exponent", true, func(r *rand.Rand) float64 { return math.Ldexp(1+r.Float64(), 20+r.IntN(1004)) }},
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func TestSincosAccuracy(t *testing.T) {
	for i, c := range sincosRanges {
		t.Run(c.name, func(t *testing.T) {
			o, n := near(), size(4000)
			if c.far {
				o, n = far(), size(300)
			}
			g := generator(uint64(i))
			var ws, wc worst
			for range n {
				x := c.draw(g)
				s, c := o.sincos(x)
				ws.see(x, Sin(x), s)
				wc.see(x, Cos(x), c)
			}
			ws.hold(t, "Sin", 0.80)
			wc.hold(t, "Cos", 0.80)
		})
	}
}

// TestSincosHardest holds the float64 that comes nearest to a multiple of pi/2 (W. Kahan, "Minimizing q*m - n",
// 1983: 2^-60.9 from one) and others that cancel most bits.
func TestSincosHardest(t *testing.T) {
	var ws, wc worst
	for _, x := range []float64{
		6381956970095103 * 0x1p797, 0x1.6ac5b262ca1ffp+849, math.MaxFloat64, -math.MaxFloat64, 0x1p1023,
		math.Pi / 2, math.Pi, 3 * math.Pi / 2, 2 * math.Pi, 355, 103993, 1e22, codyWaiteLimit, 0x1.fffffffffffffp19,
	} {
		s, c := far().sincos(x)
		ws.see(x, Sin(x), s)
		wc.see(x, Cos(x), c)
	}
	ws.hold(t, "Sin", 0.80)
	wc.hold(t, "Cos", 0.80)
	if c := math.Abs(Cos(6381956970095103 * 0x1p797)); c > 0x1p-60 {
		t.Errorf("the nearest float64 to a multiple of pi/2 has |cos| %g, want 4.7e-19", c)
	}
}

func TestLogAccuracy(t *testing.T) {
	for i, c := range []struct {
		name string
		draw func(*rand.Rand) float64
	}{
		{"(0,1]", func(r *rand.Rand) float64 { return 1 - r.Float64() }},
		{"next to 1", func(r *rand.Rand) float64 { return 1 + math.Ldexp(2*r.Float64()-1, -1-r.IntN(52)) }},
		{"sqrt(1/2) to sqrt 2", func(r *rand.Rand) float64 { return math.Sqrt(0.5 + 1.5*r.Float64()) }},
		{"any exponent", func(r *rand.Rand) float64 { return math.Ldexp(1+r.Float64(), r.IntN(2046)-1022) }},
		{"subnormal", func(r *rand.Rand) float64 { return math.Float64frombits(1 + r.Uint64N(1<<(1+r.IntN(51)))) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := generator(uint64(i))
			var w worst
			for range size(1500) {
				x := c.draw(g)
				w.see(x, Log(x), near().log(x))
			}
			w.hold(t, "Log", 0.90)
		})
	}
}

func TestExpAccuracy(t *testing.T) {
	for i, c := range []struct {
		name  string
		limit float64
		draw  func(*rand.Rand) float64
	}{
		{"-1 to 1", 0.70, func(r *rand.Rand) float64 { return 2*r.Float64() - 1 }},
		{"tiny", 0.70, func(r *rand.Rand) float64 { return math.Ldexp(2*r.Float64()-1, -r.IntN(1074)) }},
		{"normal results", 0.70, func(r *rand.Rand) float64 { return -708 + (708+709.78)*r.Float64() }},
		{"subnormal results", 0.80, func(r *rand.Rand) float64 { return expUnderflow + (745.1-708)*r.Float64() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := generator(uint64(i))
			var w worst
			for range size(3000) {
				x := c.draw(g)
				w.see(x, Exp(x), near().exp(near().num(x)))
			}
			w.hold(t, "Exp", c.limit)
		})
	}
	var w worst
	for _, x := range []float64{expOverflow, expUnderflow, -708.4, 709.7, math.Nextafter(expUnderflow, 0)} {
		w.see(x, Exp(x), near().exp(near().num(x)))
	}
	w.hold(t, "Exp at its limits", 0.80)
}

// TestPolynomials holds what is said of each fit, by evaluating it exactly.
func TestPolynomials(t *testing.T) {
	o := near()
	poly := func(z *big.Float, c []float64) *big.Float {
		p := o.num(0)
		for i := len(c) - 1; i >= 0; i-- {
			p = o.add(o.mul(p, z), o.num(c[i]))
		}
		return p
	}
	one, two := o.num(1), o.num(2)
	for _, c := range []struct {
		name  string
		limit float64 // of |r|
		log2  float64 // documented relative error
		value func(r float64) (fit, exact *big.Float)
	}{
		{"sinC", math.Pi / 4, -57, func(r float64) (fit, exact *big.Float) {
			R := o.num(r)
			z := o.mul(R, R)
			s, _ := o.sincos(r)
			return o.mul(R, o.add(one, o.mul(z, poly(z, sinC[:])))), s
		}},
		{"cosC", math.Pi / 4, -63, func(r float64) (fit, exact *big.Float) {
			z := o.mul(o.num(r), o.num(r))
			_, c := o.sincos(r)
			return o.add(o.sub(one, o.div(z, two)), o.mul(o.mul(z, z), poly(z, cosC[:]))), c
		}},
		{"logC", (math.Sqrt2 - 1) / (math.Sqrt2 + 1), -59, func(s float64) (fit, exact *big.Float) {
			// exact = log((1+s)/(1-s)); s is rounded so that the quotient is a float64.
			q := (1 + s) / (1 - s)
			S := o.div(o.sub(o.num(q), one), o.add(o.num(q), one))
			z := o.mul(S, S)
			return o.mul(S, o.add(two, o.mul(z, poly(z, logC[:])))), o.log(q)
		}},
		{"expC", math.Ln2 / 2, -62, func(r float64) (fit, exact *big.Float) {
			R := o.num(r)
			z := o.mul(R, R)
			den := o.sub(o.add(two, o.mul(z, poly(z, expC[:]))), R)
			return o.add(one, o.div(o.mul(two, R), den)), o.exp(R)
		}},
	} {
		most := math.Inf(-1)
		const n = 300
		for i := range n {
			r := c.limit * float64(i+1) / n
			fit, exact := c.value(r)
			e, _ := o.div(o.sub(fit, exact), exact).Float64()
			most = max(most, math.Log2(math.Abs(e)))
		}
		t.Logf("%s: 2^%.2f off", c.name, most)
		if most > c.log2 {
			t.Errorf("%s is 2^%.2f off, documented 2^%.0f", c.name, most, c.log2)
		}
	}
}

// TestConstants computes the tables of the reductions again.
func TestConstants(t *testing.T) {
	o := far()
	v := o.div(o.num(1), o.quarter)
	for i, w := range invQuarterBits[1:] {
		v.SetMantExp(v, 64)
		n, _ := v.Int(nil)
		if n.Uint64() != w {
			t.Fatalf("invQuarterBits[%d] is %#016x, want %#016x", i+1, w, n.Uint64())
		}
		v = o.sub(v, new(big.Float).SetPrec(o.prec).SetInt(n))
	}
	if invQuarterBits[0] != 0 {
		t.Error("invQuarterBits does not begin with 64 zero bits")
	}
	residue := func(whole *big.Float, parts ...float64) int {
		for _, p := range parts {
			whole = o.sub(whole, o.num(p))
		}
		return whole.MantExp(nil)
	}
	if e := residue(o.quarter, quarter1, quarter2, quarter3, quarter4); e > -152 {
		t.Errorf("the parts of pi/2 miss it by 2^%d", e)
	}
	if e := residue(o.ln2, ln2Hi, ln2Lo); e > -86 {
		t.Errorf("the parts of ln 2 miss it by 2^%d", e)
	}
	// Products with these must be exact.
	for _, c := range []struct {
		part float64
		bits int
	}{{quarter1, 33}, {quarter2, 33}, {quarter3, 33}, {ln2Hi, 32}} {
		if low := math.Float64bits(c.part) & (1<<(53-c.bits) - 1); low != 0 {
			t.Errorf("%x has more than %d bits", c.part, c.bits)
		}
	}
}

func TestSpecialValues(t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	payload := math.Float64frombits(0xfff0dead0000beef)
	for _, c := range []struct {
		name    string
		f       func(float64) float64
		x, want float64
	}{
		{"Sin", Sin, 0, 0}, {"Sin", Sin, zero, zero}, {"Sin", Sin, inf, nan}, {"Sin", Sin, -inf, nan}, {"Sin", Sin, nan, nan},
		{"Sin", Sin, payload, nan}, {"Sin", Sin, 5e-324, 5e-324}, {"Sin", Sin, -5e-324, -5e-324}, {"Sin", Sin, 0x1p-1022, 0x1p-1022},
		{"Cos", Cos, 0, 1}, {"Cos", Cos, zero, 1}, {"Cos", Cos, inf, nan}, {"Cos", Cos, -inf, nan}, {"Cos", Cos, nan, nan},
		{"Cos", Cos, payload, nan}, {"Cos", Cos, 5e-324, 1},
		{"Log", Log, 0, -inf}, {"Log", Log, zero, -inf}, {"Log", Log, 1, 0}, {"Log", Log, inf, inf}, {"Log", Log, -inf, nan},
		{"Log", Log, -1, nan}, {"Log", Log, -5e-324, nan}, {"Log", Log, nan, nan}, {"Log", Log, payload, nan},
		{"Log", Log, 2, math.Ln2}, {"Log", Log, 0.5, -math.Ln2},
		{"Exp", Exp, 0, 1}, {"Exp", Exp, zero, 1}, {"Exp", Exp, inf, inf}, {"Exp", Exp, -inf, 0}, {"Exp", Exp, nan, nan},
		{"Exp", Exp, payload, nan}, {"Exp", Exp, 1e300, inf}, {"Exp", Exp, -1e300, 0}, {"Exp", Exp, 5e-324, 1}, {"Exp", Exp, 1, math.E},
		{"Exp", Exp, math.Nextafter(expOverflow, inf), inf}, {"Exp", Exp, math.Nextafter(expUnderflow, -inf), 0},
		{"Exp", Exp, -745, 5e-324},
	} {
		if got := c.f(c.x); math.Float64bits(got) != math.Float64bits(c.want) {
			t.Errorf("%s(%v) = %v (%#x), want %v (%#x)", c.name, c.x, got, math.Float64bits(got), c.want, math.Float64bits(c.want))
		}
	}
}

func TestSymmetry(t *testing.T) {
	g := generator(9)
	for range size(20000) {
		x := math.Ldexp(1+g.Float64(), g.IntN(120)-40)
		s, c := Sincos(x)
		sn, cn := Sincos(-x)
		if sn != -s || cn != c || Sin(x) != s || Cos(x) != c {
			t.Fatalf("Sincos(%x) = %x, %x but Sincos(-x) = %x, %x", x, s, c, sn, cn)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	x, sink := 0.1, 0.0
	n := testing.AllocsPerRun(100, func() {
		s, c := Sincos(x * 1e9)
		sink += s + c + Log(x) + Exp(x) + Sin(x) + Cos(x)
		x += 0.1
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkFunctions(b *testing.B) {
	for _, c := range []struct {
		name string
		f    func(float64) float64
		x    float64
	}{{"Sin", Sin, 1.3}, {"SinLarge", Sin, 1e9}, {"Log", Log, 0.3}, {"Exp", Exp, 1.3}} {
		b.Run(c.name, func(b *testing.B) {
			sink := 0.0
			for b.Loop() {
				sink += c.f(c.x)
			}
			if sink == 0.5 {
				b.Log(sink) // keeps the calls
			}
		})
	}
}
