package org.tensorlogic.io;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;

/** Checks of a graph file that need no types: slots exist, are written once and before reads. */
final class FormChecks {

  private final FormGraph graph;
  private final FormProblems problems;
  /** For each slot the node that writes it, or -1. */
  private final int[] writers;
  private final BitSet inputs = new BitSet();

  FormChecks(FormGraph graph, FormProblems problems) {
    this.graph = graph;
    this.problems = problems;
    this.writers = new int[graph.slots().size()];
    Arrays.fill(writers, -1);
  }

  /** Adds all problems; returns the slots that are inputs or constants, in order. */
  List<Integer> run() {
    graph.inputs().stream().filter(this::requireInput).forEach(inputs::set);
    graph.nodes().forEach(this::requireWrite);
    BitSet onCycles = onCycles();
    graph.nodes().forEach(node -> requireReads(node, onCycles));
    requireOutputs();
    var sources = new ArrayList<Integer>();
    for (int slot = 0; slot < writers.length; slot++) {
      if (writers[slot] < 0) {
        sources.add(slot);
      }
    }
    return sources;
  }

  private boolean requireInput(int slot) {
    if (!graph.has(slot)) {
      problems.add(range(), "\"inputs\" names slot %d, which does not exist", slot);
    }
    return graph.has(slot);
  }

  private String range() {
    return "\"tensors\" has " + graph.slots().size() + " slots, counted from 0";
  }

  private void requireWrite(FormNode node) {
    int slot = node.output();
    if (slot < 0) {
      return;
    }
    if (!graph.has(slot)) {
      problems.add(node, range(), "output slot %d does not exist", slot);
    } else if (writers[slot] >= 0) {
      problems.add(node, "give each node a slot of its own", "%s is written by node %d already",
          graph.label(slot), writers[slot]);
    } else if (inputs.get(slot)) {
      problems.add(node, "take it out of \"inputs\"", "%s is written but listed as an input",
          graph.label(slot));
      writers[slot] = node.index();
    } else {
      writers[slot] = node.index();
    }
  }

  private void requireReads(FormNode node, BitSet onCycles) {
    for (int slot : node.inputs()) {
      if (!graph.has(slot)) {
        problems.add(node, range(), "input slot %d does not exist", slot);
      } else if (writers[slot] >= node.index()) {
        boolean cycle = onCycles.get(node.index()) && onCycles.get(writers[slot]);
        problems.add(node, cycle ? "a graph cannot depend on its own result"
            : "move node " + writers[slot] + " before it",
            cycle ? "%s closes a cycle: node %d writes it and needs this node"
                : "%s is read before node %d writes it", graph.label(slot), writers[slot]);
      } else if (writers[slot] < 0 && isNoInput(slot)) {
        problems.add(node, "list the slot in \"inputs\", or leave that list empty",
            "%s is read but neither written nor listed as an input", graph.label(slot));
      }
    }
  }

  private boolean isNoInput(int slot) {
    return !inputs.isEmpty() && !inputs.get(slot) && graph.constant(slot).isEmpty();
  }

  private void requireOutputs() {
    if (graph.outputs().isEmpty()) {
      problems.add("list the slots to return", "the graph has no \"outputs\"");
    }
    var names = new HashMap<String, Integer>();
    for (int slot : graph.outputs()) {
      if (!graph.has(slot)) {
        problems.add(range(), "\"outputs\" names slot %d, which does not exist", slot);
        continue;
      }
      int same = names.merge(graph.slots().get(slot), slot, (first, second) -> first);
      if (same != slot) {
        problems.add("give the slots different names",
            "outputs %d and %d are both named \"%s\"", same, slot, graph.slots().get(slot));
      }
      if (writers[slot] < 0 && isNoInput(slot)) {
        problems.add("let a node write it", "output %s is never written", graph.label(slot));
      }
    }
  }

  /**
   * The nodes on cycles, or on a path between two. Nodes are peeled off while nothing that is left
   * writes what they read, then while nothing left reads what they write.
   */
  private BitSet onCycles() {
    int count = graph.nodes().size();
    var users = new ArrayList<List<Integer>>();
    var needs = new ArrayList<List<Integer>>();
    for (int i = 0; i < count; i++) {
      users.add(new ArrayList<>());
      needs.add(new ArrayList<>());
    }
    for (FormNode node : graph.nodes()) {
      for (int slot : node.inputs()) {
        if (graph.has(slot) && writers[slot] >= 0) {
          needs.get(node.index()).add(writers[slot]);
          users.get(writers[slot]).add(node.index());
        }
      }
    }
    var left = new BitSet(count);
    left.set(0, count);
    peel(left, needs, users);
    peel(left, users, needs);
    return left;
  }

  private static void peel(BitSet left, List<List<Integer>> from, List<List<Integer>> to) {
    var waits = new int[from.size()];
    var free = new ArrayDeque<Integer>();
    left.stream().forEach(node -> {
      waits[node] = (int) from.get(node).stream().filter(left::get).count();
      if (waits[node] == 0) {
        free.add(node);
      }
    });
    while (!free.isEmpty()) {
      int node = free.remove();
      left.clear(node);
      for (int next : to.get(node)) {
        if (left.get(next) && --waits[next] == 0) {
          free.add(next);
        }
      }
    }
  }
}
