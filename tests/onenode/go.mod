module onenode

go 1.25.0
