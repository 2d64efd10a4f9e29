package run

import "testing"

// TestDraw: independent is what a spec without draw has, to the hash; stratified tasks make another genome.
func TestDraw(t *testing.T) {
	plain, named := tiny(t), tiny(t, func(s *Spec) { s.Draw = Independent })
	stratified := tiny(t, func(s *Spec) { s.Draw = Stratified })
	if plain.Hash() != named.Hash() {
		t.Error("draw: independent has another hash than none")
	}
	if plain.Hash() == stratified.Hash() || train(t, plain, options()).ThetaHash == train(t, stratified, options()).ThetaHash {
		t.Error("draw: stratified changes nothing")
	}
	if _, err := (Spec{Draw: "sobol"}).Resolve(Builtin()); err == nil {
		t.Error("draw: sobol was taken")
	}
}
