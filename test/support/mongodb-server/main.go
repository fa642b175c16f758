// A server that speaks MongoDB's wire protocol, for the tests: FerretDB, its data in one folder.
//
// It prints its connection string once it listens, and ends on SIGTERM, or when its standard input is closed, so that
// it never outlives whoever has started it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	folder := flag.String("data", "", "folder of the databases; it must exist")
	address := flag.String("listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	flag.Parse()
	if err := serve(*folder, *address); err != nil {
		fmt.Fprintf(os.Stderr, "the MongoDB server for the tests cannot start: %s\n", err)
		os.Exit(1)
	}
}

func serve(folder, address string) error {
	server, err := ferretdb.New(&ferretdb.Config{
		Handler:   "sqlite",
		SQLiteURL: "file:" + filepath.ToSlash(folder) + "/",
		Listener:  ferretdb.ListenerConfig{TCP: address},
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	go func() { fmt.Println(server.MongoDBURI()) }() // It waits for the listener.
	return server.Run(ctx)
}
