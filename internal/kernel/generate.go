package kernel

//go:generate rm -f zz_kernels_amd64.s zz_stubs_amd64.go zz_kernels_arm64.s zz_stubs_arm64.go
//go:generate go run -C gen . -out ../zz_kernels_amd64.s -stubs ../zz_stubs_amd64.go -pkg kernel
//go:generate go run -C gen ./neon -out ../zz_kernels_arm64.s -stubs ../zz_stubs_arm64.go
