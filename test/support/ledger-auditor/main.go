// An auditor of the ledger that shares no code with it: reads what it is to verify as JSON from standard input, and
// verifies it with the libraries of Go's checksum database and of transparency-dev. Exit code 1: something is wrong.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"encoding/base64"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
)

type evidence struct {
	Key        string
	Checkpoint string
	Entries    []struct {
		Index uint64
		Leaf  string
		Proof [][]byte
	}
	Older       string
	Consistency [][]byte
}

func main() {
	if err := check(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("verified")
}

func check() error {
	var given evidence
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		return err
	}
	size, root, err := opened(given.Checkpoint, given.Key)
	if err != nil {
		return err
	}
	for _, entry := range given.Entries {
		hash := rfc6962.DefaultHasher.HashLeaf([]byte(entry.Leaf))
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, entry.Index, size, hash, entry.Proof, root); err != nil {
			return err
		}
	}
	if given.Older == "" {
		return nil
	}
	olderSize, olderRoot, err := opened(given.Older, given.Key)
	if err != nil {
		return err
	}
	return proof.VerifyConsistency(rfc6962.DefaultHasher, olderSize, size, given.Consistency, olderRoot, root)
}

// opened verifies the signature of a checkpoint, and reads its size and its root.
func opened(checkpoint, key string) (uint64, []byte, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return 0, nil, err
	}
	signed, err := note.Open([]byte(checkpoint), note.VerifierList(verifier))
	if err != nil {
		return 0, nil, err
	}
	lines := strings.Split(signed.Text, "\n")
	size, err := strconv.ParseUint(lines[1], 10, 64)
	if err != nil {
		return 0, nil, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	return size, root, err
}
