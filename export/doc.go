// Package export puts what baldwin knows into the forms that other tools read: the rows of a run as tables
// ([Generations], [MetaTests], then [WriteCSV], [WriteJSONL] or [WriteParquet]) and as events ([WriteTensorBoard],
// [LogMLflow]); a genome as a network that onnxruntime runs ([OnnxStep], [OnnxLife]).
//
// It is given rows and genomes and never opens a store. Every file is written whole or not at all, and equal input gives
// equal bytes.
package export
