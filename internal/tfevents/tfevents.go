// Package tfevents writes TensorBoard event files: records of TFRecord framing, each a tensorflow.Event in protocol buffer
// form (https://github.com/tensorflow/tensorboard, compat/proto/event.proto and summary.proto). [New] begins a stream,
// [Writer.Scalars] and [Writer.Text] add to it.
package tfevents

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// A Writer writes events to a stream. After the first error it writes nothing more; Err returns it.
type Writer struct {
	w   io.Writer
	err error
}

// Field numbers of the messages used here.
const (
	eventWallTime    = 1 // double, seconds since 1970
	eventStep        = 2 // int64
	eventFileVersion = 3 // string
	eventSummary     = 5 // Summary

	summaryValue = 1 // repeated Value

	valueTag       = 1 // string
	valueSimple    = 2 // float
	valueTensor    = 8 // TensorProto
	valueMetadata  = 9 // SummaryMetadata
	metadataPlugin = 1 // PluginData
	pluginName     = 1 // string
	tensorDType    = 1 // enum
	tensorShape    = 2 // TensorShapeProto; none of its fields: a scalar
	tensorString   = 8 // repeated bytes
	dtypeString    = 7
	fileVersion    = "brain.Event:2"
	textPlugin     = "text"
	maskOffset     = 0xa282ead8 // of the masked CRC
)

// New begins a stream of events at a time.
func New(w io.Writer, at time.Time) *Writer {
	to := &Writer{w: w}
	event := stamp(at, 0)
	event = protowire.AppendTag(event, eventFileVersion, protowire.BytesType)
	to.record(protowire.AppendString(event, fileVersion))
	return to
}

// A Scalar is one number under a tag. Tags with a slash are shown in groups.
type Scalar struct {
	Tag   string
	Value float64 // kept as float32
}

// Scalars adds one event with scalars of a step, as simple values.
func (w *Writer) Scalars(at time.Time, step int, scalars []Scalar) {
	var summary []byte
	for _, s := range scalars {
		var v []byte
		v = protowire.AppendTag(v, valueTag, protowire.BytesType)
		v = protowire.AppendString(v, s.Tag)
		v = protowire.AppendTag(v, valueSimple, protowire.Fixed32Type)
		v = protowire.AppendFixed32(v, math.Float32bits(float32(s.Value)))
		summary = message(summary, summaryValue, v)
	}
	w.record(message(stamp(at, step), eventSummary, summary))
}

// Text adds one event with a text in Markdown.
func (w *Writer) Text(at time.Time, step int, tag, markdown string) {
	plugin := message(nil, metadataPlugin, message(nil, pluginName, []byte(textPlugin)))
	var tensor []byte
	tensor = protowire.AppendTag(tensor, tensorDType, protowire.VarintType)
	tensor = protowire.AppendVarint(tensor, dtypeString)
	tensor = message(tensor, tensorShape, nil)
	tensor = message(tensor, tensorString, []byte(markdown))

	v := message(nil, valueTag, []byte(tag))
	v = message(v, valueTensor, tensor)
	v = message(v, valueMetadata, plugin)
	w.record(message(stamp(at, step), eventSummary, message(nil, summaryValue, v)))
}

// Err is the first error of writing.
func (w *Writer) Err() error { return w.err }

// stamp is the beginning of an event.
func stamp(at time.Time, step int) []byte {
	var b []byte
	b = protowire.AppendTag(b, eventWallTime, protowire.Fixed64Type)
	b = protowire.AppendFixed64(b, math.Float64bits(float64(at.UnixNano())/1e9))
	b = protowire.AppendTag(b, eventStep, protowire.VarintType)
	return protowire.AppendVarint(b, uint64(step))
}

// message appends a field whose value is bytes: a message or a string.
func message(to []byte, field protowire.Number, body []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, field, protowire.BytesType), body)
}

// record writes one record of TFRecord framing:
//
//	8 bytes  length, little-endian
//	4 bytes  masked CRC-32C of those 8 bytes
//	data
//	4 bytes  masked CRC-32C of the data
func (w *Writer) record(data []byte) {
	if w.err != nil {
		return
	}
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	b = binary.LittleEndian.AppendUint32(b, masked(b))
	b = append(b, data...)
	b = binary.LittleEndian.AppendUint32(b, masked(data))
	_, w.err = w.w.Write(b)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// masked is the CRC-32C rotated right by 15 bits, plus a constant: so that the CRC of data which holds a CRC is a good one.
func masked(data []byte) uint32 {
	c := crc32.Checksum(data, castagnoli)
	return (c>>15 | c<<17) + maskOffset
}
