package org.tensorlogic.lang.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
  private static Program parse(String text) {
    Source source = new Source("p.tl", text);
    Problems problems = new Problems(source);
    Program program = Parser.parse(source, problems);
    problems.throwErrors();
    return program;
  }

  /** Every form of the language page, already canonical. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Y[i] = W[i,j] X[j] + B[i]",
        "Y = W[i] X[i]",
        "Y[i] = relu(W[i,j] X[j])",
        "M[x,z] max= S[x,y] + D[y,z]",
        "M[x] min= S[x,y]",
        "M[x] avg= S[x,y]",
        "M[x] prod= S[x,y]",
        "M[x] any= S[x,y]",
        "M[x] all= S[x,y]",
        "M[x] lse= S[x,y]",
        "Parent(Alice, Bob)",
        "Isa(\"a b\", 3)",
        "Wet()",
        "Aunt(x, z) <- Sister(x, y), Parent(y, z)",
        "Only(x) <- Any(x), not Other(x), x != y, x < 3, Score[x] >= 0.5",
        "Wet <- Rain, not Roof",
        "Ancestor(x, Bob)?",
        "Y?",
        "Y[0:4]?",
        "T = \"facts.tsv\"",
        "\"out.npy\" = T",
        "domain Person = {Alice, Bob, \"New York\"}",
        "domain i = 16",
        "type T[i,j] : f32",
        "type T[i,Person,3] : bool",
        "type T[i]",
        "param W[i,j] ~ normal(0, 0.1)",
        "param b ~ zeros",
        "param b ~ uniform(-1, 1)",
        "minimize L using adam(lr=0.01) epochs 50 batch e 128",
        "minimize L using sgd",
        "semantics fuzzy_godel",
        "Y[i] = X[3,Alice,\"New York\",i]",
        "Y[x] = X[x+dx] F[dx] + X[x-dx] + X[i+1] + X[i-2]",
        "P[x/2] max= X[x]",
        "Y = X[4:8] + X[:3] + X[::2] + X[1:9:3] + X[:]",
        "D[p,p'] = E[p] E[p'] + E[p'']",
        "A[q,k.] = softmax(S[q,k])",
        "H[*t+1,d] = tanh(W[d,e] H[*t,e] + X[t,d]) + H[*t-1,d]",
        "Y[i] = A[i] : i < 4 | B[i] : i >= 4",
        "Y[i] = A[i] : i < 4 and not even(i) or odd(i)",
        "Y[i,k] = concat(A[i,m], B[i,n])",
        "Y[i] = -A[i] - (B[i] - C[i]) * 2 / (D[i] + 1) * -1.5E-7",
        "Y[i] = (A[i] > 0) * B[i] + Isa(i, \"x\", y, Alice, 7)",
        "type[i] = domain[i] + param[i]",
        "Größe[é] = X[é]",
      })
  void everyFormIsReadAndPrintedBack(String text) {
    String canonical = text.replace("-1.5E-7", "(-1.5E-7)");
    Program program = parse(text);
    assertThat(program.statements()).hasSize(1);
    assertThat(Printer.print(program)).isEqualTo(canonical + "\n");
  }

  @Test
  void lineEndsInsideBracketsAndAroundOperatorsDoNotEndAStatement() {
    String text =
        "Y[i,\n   j] = relu(A[i],\n B[j]) +\n C[i]\n + D[j] # sum\n\n# nothing\nZ = Y[i,j]\r\nP(A)";
    assertThat(Printer.print(parse(text)))
        .isEqualTo("Y[i,j] = relu(A[i], B[j]) + C[i] + D[j]\nZ = Y[i,j]\nP(A)\n");
  }

  @Test
  void guardsMayStandOnLinesOfTheirOwn() {
    assertThat(Printer.print(parse("Y[i] = A[i] : i < 4\n     | B[i] : i >= 4\n")))
        .isEqualTo("Y[i] = A[i] : i < 4 | B[i] : i >= 4\n");
  }

  @Test
  void anArrowInAnExpressionIsAComparisonWithANegativeNumber() {
    assertThat(Printer.print(parse("Y[i] = A[i] : X[i] <-1")))
        .isEqualTo("Y[i] = A[i] : X[i] < -1\n");
  }

  @Test
  void plusEqualsIsTheSameAsEquals() {
    assertThat(Printer.print(parse("Y[i] += A[i]"))).isEqualTo("Y[i] = A[i]\n");
  }

  @Test
  void spansCoverTheWordsOfTheText() {
    String text = "A(B)\nY[i] = f(X[i+1])  # end\n";
    Program program = parse(text);
    Source source = program.source();
    Statement.Equation equation = (Statement.Equation) program.statements().get(1);
    assertThat(source.slice(equation.span())).isEqualTo("Y[i] = f(X[i+1])");
    assertThat(source.slice(equation.head().indices().getFirst().span())).isEqualTo("i");
    assertThat(source.line(equation.span().start())).isEqualTo(2);
    assertThat(source.column(equation.clauses().getFirst().value().span().start())).isEqualTo(8);
  }

  @Test
  void readingGoesOnAfterAMistake() {
    Source source = new Source("p.tl", "A(B\nC(D)\nE[ = 1\nF(G)\nH = ]\nI(J) K\nL(M)");
    Problems problems = new Problems(source);
    Program program = Parser.parse(source, problems);
    assertThat(program.statements().stream().map(Printer::print).toList())
        .isEqualTo(List.of("C(D)", "F(G)", "L(M)"));
    assertThat(problems.hasErrors()).isTrue();
  }

  @Test
  void aLongSumIsNotADeepTree() {
    String text = "Y = 1" + " + 1".repeat(50_000);
    assertThat(Printer.print(parse(text))).isEqualTo(text + "\n");
  }
}
