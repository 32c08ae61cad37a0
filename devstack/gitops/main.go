// gitops: asks the libraries with which GitOps tools judge an object. kstatus is what Flux and Helm wait
// with, gopher-lua is what Argo CD runs its scripts in. Reads a JSON array, writes one of the same length.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	luajson "layeh.com/gopher-json"
)

// Argo CD opens these libraries and no others; of os, only what tells the time.
var libraries = []struct {
	name string
	open lua.LGFunction
}{
	{lua.LoadLibName, lua.OpenPackage},
	{lua.BaseLibName, lua.OpenBase},
	{lua.TabLibName, lua.OpenTable},
	{lua.OsLibName, lua.OpenOs},
}

const onlyTime = "os = {time = os.time, date = os.date}; package.loaded.os = os"

type judge func(object map[string]any) (any, error)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gitops:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "kstatus":
		return each(kstatus)
	case len(args) == 2 && args[0] == "lua":
		script, err := os.ReadFile(args[1])
		if err != nil {
			return err
		}
		return each(func(object map[string]any) (any, error) { return runLua(string(script), object) })
	}
	return fmt.Errorf("usage: gitops kstatus | gitops lua FILE")
}

func each(ask judge) error {
	var objects []map[string]any
	if err := json.NewDecoder(os.Stdin).Decode(&objects); err != nil {
		return err
	}
	answers := make([]any, 0, len(objects))
	for _, object := range objects {
		answer, err := ask(object)
		if err != nil {
			return err
		}
		answers = append(answers, answer)
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

// kstatus wants whole numbers as int64, which the decoder of unstructured makes of them.
func kstatus(object map[string]any) (any, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var read unstructured.Unstructured
	if err := read.UnmarshalJSON(text); err != nil {
		return nil, err
	}
	result, err := status.Compute(&read)
	if err != nil {
		return nil, err
	}
	return map[string]string{"status": result.Status.String(), "message": result.Message}, nil
}

func runLua(script string, object map[string]any) (any, error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for _, library := range libraries {
		open := lua.P{Fn: state.NewFunction(library.open), Protect: true}
		if err := state.CallByParam(open, lua.LString(library.name)); err != nil {
			return nil, err
		}
	}
	if err := state.DoString(onlyTime); err != nil {
		return nil, err
	}
	state.SetGlobal("obj", luajson.DecodeValue(state, object))
	if err := state.DoString(script); err != nil {
		return nil, err
	}
	returned, err := luajson.Encode(state.Get(-1))
	return json.RawMessage(returned), err
}
