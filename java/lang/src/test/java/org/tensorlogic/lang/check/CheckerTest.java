package org.tensorlogic.lang.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tensorlogic.lang.syntax.Comparison;
import org.tensorlogic.lang.syntax.Projection;
import org.tensorlogic.type.DType;

class CheckerTest {
  private static CheckedProgram check(String text) {
    return TestData.standard().check(text);
  }

  private static List<Domain> axes(CheckedProgram program, String name) {
    return program.definitions().get(name).axes();
  }

  @Test
  void positionsThatMeetInOneVariableShareADomain() {
    CheckedProgram program =
        check(
            """
            Parent(Bob, Ann)
            Parent(Ann, Carl)
            Likes(Dora, Tea)
            Ancestor(x, y) <- Parent(x, y)
            Ancestor(x, z) <- Ancestor(x, y), Parent(y, z)
            """);
    Domain people = axes(program, "Parent").getFirst();
    assertThat(people.symbols()).containsExactly("Bob", "Ann", "Carl");
    assertThat(axes(program, "Parent").get(1)).isSameAs(people);
    assertThat(axes(program, "Ancestor")).allSatisfy(axis -> assertThat(axis).isSameAs(people));
    assertThat(axes(program, "Likes").get(0).symbols()).containsExactly("Dora");
    assertThat(axes(program, "Likes").get(1).symbols()).containsExactly("Tea");
    assertThat(program.definitions().get("Parent").facts())
        .containsExactly(List.of(0L, 1L), List.of(1L, 2L));
  }

  @Test
  void symbolsOfFilesAppearRowByRow() {
    CheckedProgram program =
        check("I = \"isa.tsv\"\nC(x, z) <- I(x, y), I(y, z)\nC(x, y) <- I(x, y)");
    assertThat(axes(program, "I").getFirst().symbols())
        .containsExactly("cat", "mammal", "animal", "dog");
  }

  @Test
  void declaredDomainsFixTheOrderAndAreFoundBySymbolOrIndexName() {
    CheckedProgram bySymbol = check("domain Person = {Zoe, Bob, Ann}\nP(Ann)\nP(Bob)");
    assertThat(axes(bySymbol, "P").getFirst().symbols()).containsExactly("Zoe", "Bob", "Ann");
    assertThat(bySymbol.definitions().get("P").facts())
        .containsExactly(List.of(2L), List.of(1L));
    CheckedProgram byName = check("domain Person = {Zoe, Bob}\nY[person] = 1");
    assertThat(axes(byName, "Y").getFirst().symbols()).containsExactly("Zoe", "Bob");
    CheckedProgram byType = check("domain Person = {Zoe, Bob}\ntype R[Person, 3] : bool");
    assertThat(byType.definitions().get("R").extents()).containsExactly(2L, 3L);
  }

  @Test
  void integersIndexByValue() {
    CheckedProgram program = check("W[0] = 0.5\nW[3] = 2\nE = \"edges.tsv\"\nD[x,y] = E[x,y]");
    assertThat(program.definitions().get("W").extents()).containsExactly(4L);
    assertThat(program.definitions().get("D").extents()).containsExactly(5L, 5L);
    assertThat(program.definitions().get("E").dtype()).isEqualTo(DType.F32);
    CheckedEquation first = program.groups().getFirst().equations().getFirst();
    assertThat(first.head()).containsExactly(new Axis.Fixed(0));
  }

  @Test
  void integersBesideSymbolsAreSymbols() {
    CheckedProgram program = check("Age(Ann, 30)\nAge(Bob, Unknown)\nAge(x, 30)?");
    assertThat(axes(program, "Age").get(1).symbols()).containsExactly("30", "Unknown");
    assertThat(program.queries().getFirst())
        .isEqualTo(
            new CheckedQuery.Bindings(
                "Age(x, 30)?",
                "Age",
                List.of(new Axis.Along(0), new Axis.Fixed(0)),
                List.of(new IndexVariable("x", axes(program, "Age").getFirst())),
                program.queries().getFirst().origin()));
  }

  @Test
  void extentsComeFromFilesThroughEquations() {
    CheckedProgram program =
        check("W = \"w34.npy\"\nX = \"x4.npy\"\nY[i] = W[i,j] X[j]\nL = Y[i] Y[i]\nY?\nY[0:2]?");
    assertThat(program.definitions().get("Y").extents()).containsExactly(3L);
    assertThat(program.definitions().get("Y").dtype()).isEqualTo(DType.F64);
    assertThat(program.definitions().get("L").extents()).isEmpty();
    CheckedQuery.Part whole = (CheckedQuery.Part) program.queries().get(0);
    assertThat(whole.axes()).containsExactly(new Axis.Along(0));
    CheckedQuery.Part part = (CheckedQuery.Part) program.queries().get(1);
    assertThat(part.axes()).containsExactly(new Axis.Strided(0, 0, 1));
    assertThat(part.variables().getFirst().extent()).isEqualTo(2);
  }

  @Test
  void extentsAreDerivedThroughShiftsQuotientsSlicesAndConcat() {
    CheckedProgram program =
        check(
            """
            X = "x5.npy"
            F[0] = 1
            F[1] = 2
            C[x] = X[x+dx] F[dx]
            P[x/2] max= C[x]
            S[k] = concat(X[m], C[n])
            T = X[1:4]
            """);
    assertThat(program.definitions().get("C").extents()).containsExactly(5L);
    assertThat(program.definitions().get("P").extents()).containsExactly(3L);
    assertThat(program.definitions().get("S").extents()).containsExactly(10L);
    CheckedEquation sliced = program.groups().getLast().equations().getFirst();
    assertThat(sliced.variables().getFirst().extent()).isEqualTo(3);
    CheckedEquation joined = group(program, "S").equations().getFirst();
    Value.Concat concat = (Value.Concat) joined.clauses().getFirst().value();
    assertThat(concat.along()).isZero();
    assertThat(concat.partVariables()).containsExactly(1, 2);
  }

  private static EvaluationGroup group(CheckedProgram program, String name) {
    return program.groups().stream()
        .filter(group -> group.names().contains(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void groupsStandInDependencyOrderWhateverTheOrderOfTheText() {
    CheckedProgram program =
        check(
            """
            D(x) <- C(x, x), not B(x)
            C(x, z) <- C(x, y), A(y, z)
            C(x, y) <- A(x, y)
            B(x) <- A(x, y), E(y)
            E(x) <- A(x, y), B(y)
            A(K, L)
            """);
    assertThat(program.groups().stream().map(EvaluationGroup::names).toList())
        .containsExactly(List.of("C"), List.of("B", "E"), List.of("D"));
    assertThat(program.groups().stream().map(EvaluationGroup::kind).toList())
        .containsExactly(
            EvaluationGroup.Kind.FIXPOINT,
            EvaluationGroup.Kind.FIXPOINT,
            EvaluationGroup.Kind.ONCE);
    assertThat(program.needs(Set.of("B"))).containsExactlyInAnyOrder("B", "A", "E");
    assertThat(program.groupsFor(Set.of("E"))).extracting(EvaluationGroup::names)
        .containsExactly(List.of("B", "E"));
  }

  @Test
  void aRuleIsAnEquationProjectedByAny() {
    CheckedProgram program = check("A(K, L)\nR(x) <- A(x, y), not A(y, x), x != K, y != x");
    CheckedEquation rule = group(program, "R").equations().getFirst();
    assertThat(rule.projection()).isEqualTo(Projection.ANY);
    assertThat(rule.head()).containsExactly(new Axis.Along(0));
    assertThat(rule.variables()).extracting(IndexVariable::name).containsExactly("x", "y");
    Value.And body = (Value.And) rule.clauses().getFirst().value();
    assertThat(body.parts().get(0)).isInstanceOf(Value.Element.class);
    assertThat(body.parts().get(1)).isInstanceOf(Value.Not.class);
    assertThat(body.parts().get(2))
        .isEqualTo(
            new Value.Compare(
                Comparison.NOT_EQUAL, new Value.Position(0), new Value.Constant(0)));
    assertThat(body.parts().get(3))
        .isEqualTo(
            new Value.Compare(Comparison.NOT_EQUAL, new Value.Position(1), new Value.Position(0)));
    assertThat(body.variables().toArray()).containsExactly(0, 1);
  }

  @Test
  void anonymousVariablesAreDifferentFromEachOther() {
    CheckedProgram program = check("A(K, L)\nR(x) <- A(x, _), A(_, x)");
    assertThat(group(program, "R").equations().getFirst().variables()).hasSize(3);
  }

  @Test
  void relationsAndTensorsMeet() {
    CheckedProgram program =
        check(
            """
            I = "isa.tsv"
            Count[x] = I[y,x]
            Big(x) <- Count[x] >= 2
            Some[x] = Count[x] * Big(x)
            Count(x)?
            """);
    assertThat(program.definitions().get("I").isRelation()).isTrue();
    assertThat(program.definitions().get("Count").dtype()).isEqualTo(DType.F32);
    assertThat(program.definitions().get("Big").dtype()).isEqualTo(DType.BOOL);
    Value.Product product =
        (Value.Product) group(program, "Some").equations().getFirst().clauses().getFirst().value();
    assertThat(((Value.Element) product.factors().get(0)).truth()).isFalse();
    assertThat(((Value.Element) product.factors().get(1)).truth()).isTrue();
  }

  @Test
  void dtypesFollowWhatIsRead() {
    CheckedProgram program =
        check(
            """
            N = "n4.npy"
            X = "x4.npy"
            A[i] = 2 N[i] + 1
            B[i] = N[i] / 2
            C[i] = N[i] X[i]
            D[i] = 0.5
            E[q] = argmax(W[q,k.])
            W = "w34.npy"
            type D[4]
            F[i] = F[i] + A[i]
            """);
    assertThat(List.of("N", "A", "B", "C", "D", "E", "F"))
        .extracting(name -> program.definitions().get(name).dtype())
        .containsExactly(
            DType.I64, DType.I64, DType.F32, DType.F64, DType.F32, DType.I64, DType.I64);
  }

  @Test
  void shortestPathsByGuardedMinimum() {
    CheckedProgram program =
        check(
            """
            W = "edges.tsv"
            D[x,y] min= W[x,y] : W(x,y)
            D[x,z] min= D[x,y] + W[y,z] : W(y,z)
            D[0,y]?
            """);
    EvaluationGroup group = group(program, "D");
    assertThat(group.kind()).isEqualTo(EvaluationGroup.Kind.FIXPOINT);
    assertThat(group.equations()).hasSize(2);
    assertThat(group.equations().get(1).clauses().getFirst().guard()).isPresent();
  }

  @Test
  void guardsReadIndicesAsNumbers() {
    CheckedProgram program =
        check("X = \"x5.npy\"\nY[i] = X[i] : i < 2 and not even(i) | i : i >= 2");
    CheckedEquation equation = group(program, "Y").equations().getFirst();
    assertThat(equation.clauses().get(1).value()).isEqualTo(new Value.Position(0));
    assertThat(equation.clauses().getFirst().guard().orElseThrow()).isInstanceOf(Value.And.class);
  }

  @Test
  void orderedIndicesNeedNotShareADomain() {
    CheckedProgram program = check("S = \"w34.npy\"\nA[q,k] = S[q,k] : k <= q");
    assertThat(program.definitions().get("A").extents()).containsExactly(3L, 4L);
  }

  @Test
  void softmaxKnowsItsIndex() {
    CheckedProgram program = check("S = \"w34.npy\"\nA[q,k.] = softmax(S[q,k])");
    Value.Call call =
        (Value.Call) group(program, "A").equations().getFirst().clauses().getFirst().value();
    assertThat(call.function()).isEqualTo(Function.SOFTMAX);
    assertThat(call.along()).contains(1);
  }

  @Test
  void aVirtualIndexMakesAScan() {
    CheckedProgram program =
        check("X = \"w34.npy\"\nH[*t+1,d] = tanh(H[*t,d] + X[t,d])\nY[d] = H[d]\n");
    EvaluationGroup group = group(program, "H");
    assertThat(group.kind()).isEqualTo(EvaluationGroup.Kind.SCAN);
    assertThat(group.scan().map(Domain::extent)).contains(3L);
    assertThat(program.definitions().get("H").extents()).containsExactly(4L);
    CheckedEquation equation = group.equations().getFirst();
    assertThat(equation.state()).isEqualTo(Optional.of(new Value.State(0, 1)));
  }

  @Test
  void primesRunOverTheSameSet() {
    CheckedProgram program = check("W = \"w34.npy\"\nG[i,i'] = W[i,j] W[i',j]");
    assertThat(program.definitions().get("G").extents()).containsExactly(3L, 3L);
    assertThat(axes(program, "G").get(0)).isSameAs(axes(program, "G").get(1));
  }

  @Test
  void undefinedNamesAreEmptyAndWarnedOf() {
    CheckedProgram program = check("Sister(Ann, Bea)\nAunt(x) <- Sistr(x, y)\nAunt(x)?");
    assertThat(program.warnings()).hasSize(1);
    assertThat(program.warnings().getFirst().hints()).containsExactly("did you mean 'Sister'?");
    assertThat(axes(program, "Sistr").getFirst().extent()).isZero();
  }

  @Test
  void parametersHaveTheirDefaults() {
    CheckedProgram program = check("domain i = 3\nparam W[i,4] ~ normal\nY[i] = W[i,j]");
    Definition.Initial initial = program.definitions().get("W").parameter().orElseThrow();
    assertThat(initial).isEqualTo(new Definition.Initial("normal", List.of(0.0, 1.0)));
    assertThat(program.definitions().get("W").extents()).containsExactly(3L, 4L);
  }

  @Test
  void savesAreKept() {
    CheckedProgram program = check("X = \"x5.npy\"\n\"out.npy\" = X");
    assertThat(program.saves()).extracting(CheckedProgram.Save::name).containsExactly("X");
  }
}
