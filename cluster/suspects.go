package cluster

// taint is the earliest values of a worker that nobody has proved: their round, 0 where there are none, and its generation.
type taint struct {
	round      uint64
	generation int
}

// or is the earlier of two taints. The generation counts first: a run that went back lives old generations in new rounds.
func (t taint) or(u taint) taint {
	if t.round == 0 || u.round != 0 && (u.generation < t.generation || u.generation == t.generation && u.round < t.round) {
		return u
	}
	return t
}

// suspects is the taints of workers that left, by their names: nobody can audit those any more, so a process that is found to lie answers
// for all that had its name before. Beyond mostSuspects names all others share one entry, which stands for any name. So a liar may
// take the run back further than it need be, and never less far.
type suspects map[string]taint

const (
	mostSuspects = 4096
	theOthers    = "" // no worker's name
)

func (s suspects) add(name string, t taint) {
	if t.round == 0 {
		return
	}
	if _, known := s[name]; !known && len(s) >= mostSuspects {
		name = theOthers
	}
	s[name] = s[name].or(t)
}

// of is what a name has to answer for.
func (s suspects) of(name string) taint { return s[name].or(s[theOthers]) }

// A Shut is a worker that is quarantined.
type Shut struct {
	Worker string `json:"worker"`
	Reason string `json:"reason"`
}

// quarantine is the processes that may not come back. The oldest is forgotten when they are many: a process that was told to go has
// ended, and one that is ill-disposed takes another number.
type quarantine struct {
	why   map[ID]string
	order []ID
}

const mostQuarantined = 1024

func (q *quarantine) add(id ID, why string) {
	if q.why == nil {
		q.why = map[ID]string{}
	}
	q.why[id] = why
	if q.order = append(q.order, id); len(q.order) > mostQuarantined {
		delete(q.why, q.order[0])
		q.order = append(q.order[:0], q.order[1:]...)
	}
}

// list is all of them, the oldest first.
func (q *quarantine) list() (all []Shut) {
	for _, id := range q.order {
		all = append(all, Shut{id.String(), q.why[id]})
	}
	return all
}
