// Verifies a log of ours with code that none of us wrote: golang.org/x/mod/sumdb/{note,tlog}.
//
//	verify URL VKEY [CHECKPOINT]
//
// URL is the log's address. Every entry is fetched and proven to be in the signed tree, every tile is held against its
// neighbours by tlog.TileHashReader, and where the file CHECKPOINT is given, the tree has to continue the one in it. Our
// tiles have height 8 and lie under other names than those of sumdb, so only the addresses are made here.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8
	width  = 1 << height
)

func main() {
	if len(os.Args) < 3 || len(os.Args) > 4 {
		fail("usage: verify URL VKEY [CHECKPOINT]")
	}
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	log := &source{url: strings.TrimSuffix(os.Args[1], "/")}
	signed, err := log.get("checkpoint")
	check(err)
	tree := open(signed, verifier)
	hashes := tlog.TileHashReader(tree, log)

	root, err := tlog.TreeHash(tree.N, hashes)
	check(err)
	if root != tree.Hash {
		fail("the tiles give another root than the checkpoint")
	}

	var proven int64
	for n := int64(0); n*width < tree.N; n++ {
		for _, entry := range log.bundle(n, tree.N) {
			proof, err := tlog.ProveRecord(tree.N, proven, hashes)
			check(err)
			check(tlog.CheckRecord(proof, tree.N, tree.Hash, proven, tlog.RecordHash(entry)))
			proven++
		}
	}
	if proven != tree.N {
		fail("there are %d entries instead of %d", proven, tree.N)
	}

	var before int64
	if len(os.Args) == 4 {
		kept, err := os.ReadFile(os.Args[3])
		check(err)
		old := open(kept, verifier)
		proof, err := tlog.ProveTree(tree.N, old.N, hashes)
		check(err)
		check(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
		before = old.N
	}
	fmt.Printf("verified %d entries, continuing %d\n", proven, before)
}

// open returns the tree of a checkpoint that the verifier's key has signed.
func open(signed []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		fail("the checkpoint is not one of %s", verifier.Name())
	}
	var size int64
	if _, err := fmt.Sscanf(lines[1], "%d", &size); err != nil || fmt.Sprint(size) != lines[1] {
		fail("the size is not a number")
	}
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: root}
}

// source fetches what a log serves. It is the tlog.TileReader of this program.
type source struct{ url string }

func (log *source) Height() int { return height }

func (log *source) SaveTiles([]tlog.Tile, [][]byte) {}

func (log *source) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		data, err := log.get(address(fmt.Sprint(tile.L), tile.N, tile.W))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

// bundle returns the entries of bundle n of a tree of some size.
func (log *source) bundle(n, size int64) [][]byte {
	w := size - n*width
	if w > width {
		w = width
	}
	data, err := log.get(address("entries", n, int(w)))
	check(err)
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			fail("bundle %d is cut off", n)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end])
		data = data[end:]
	}
	return entries
}

func (log *source) get(path string) ([]byte, error) {
	answer, err := http.Get(log.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// address returns where a tile is below the log, for example tile/0/x001/x234/067.
func address(level string, n int64, w int) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if w != width {
		path = fmt.Sprintf("%s.p/%d", path, w)
	}
	return "tile/" + level + "/" + path
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "FAULT: "+format+"\n", values...)
	os.Exit(1)
}
