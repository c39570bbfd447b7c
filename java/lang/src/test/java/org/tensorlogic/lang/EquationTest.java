package org.tensorlogic.lang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorlogic.error.ProgramException;
import org.tensorlogic.type.DType;

/** Equations mean what the page of the language says: indices, projections, functions, guards. */
class EquationTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final String MATRIX =
      """
      A[0,0] = 1
      A[0,1] = -2
      A[0,2] = 3
      A[1,0] = 4
      A[1,1] = 5
      A[1,2] = -6
      V[0] = 1
      V[1] = 2
      V[2] = 4
      V[3] = 8
      V[4] = 16
      """;

  private static void check(String equations, double... expected) {
    double[] values = Programs.values(MATRIX + equations + "\nY?\n");
    assertThat(values).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      if (Double.isFinite(expected[i])) {
        assertThat(values[i]).as("element %d", i).isCloseTo(expected[i], within(1e-5));
      } else {
        assertThat(values[i]).as("element %d", i).isEqualTo(expected[i]);
      }
    }
  }

  @Test
  void termsSumTheirOwnIndices() {
    check("Y[i] = A[i,j] A[i,j] + A[i,j]", 16, 80);
    check("Y = A[i,j]", 5);
    check("Y[i] += A[i,j] - 1", 1, 2);
    check("Y[j,i] = A[i,j]", 1, 4, -2, 5, 3, -6);
    check("Y[i] = A[i,j]\nY[i] = 10 A[i,0]", 12, 43);
    check("Y[i,j] = A[i,j] (A[i,k] + 1)", 3, -6, 9, 16, 20, -24);
  }

  @Test
  void aDivisorMayBeSummedOver() {
    check("Y[i] = A[i,j] / A[i,j]", 3, 3);
    check("Y = A[0,j] / (A[0,j] A[0,j])", 1 - 0.5 + 1 / 3.0);
    check("Y[i] = A[i,j] / A[i,0]", 2, 0.75);
  }

  @Test
  void projections() {
    check("Y[i] max= A[i,j]", 3, 5);
    check("Y[i] min= A[i,j]", -2, -6);
    check("Y[i] avg= A[i,j]", 2 / 3.0, 1);
    check("Y[i] prod= A[i,j]", -6, -120);
    check("Y[i] lse= A[i,j]", Math.log(Math.exp(1) + Math.exp(-2) + Math.exp(3)),
        Math.log(Math.exp(4) + Math.exp(5) + Math.exp(-6)));
    check("Y[i,k] max= A[i,j] + A[k,j]", 6, 5, 5, 10);
    check("Y[i,k] min= A[i,j] + A[k,j]", -4, -3, -3, -12);
    check("Y[i] max= A[i,j] A[i,j]", 9, 36);
    check("Y max= A[i,j] - A[i,j]", 0);
    check("Y[i] min= abs(A[i,j])", 1, 4);
    check("Y max= -1 V[i]", -1);
    check("Y lse= A[0,j] + A[1,j]",
        Math.log(Math.exp(5) + Math.exp(3) + Math.exp(-3)));
  }

  @Test
  void booleanProjectionsAreRelations() {
    assertThat(Programs.bindings(MATRIX + "R[j] any= A[i,j] < 0\nR(x)?"))
        .containsExactly("1", "2");
    assertThat(Programs.bindings(MATRIX + "R[i] all= A[i,j] + 3 > 0\nR(x)?"))
        .containsExactly("0");
    assertThat(Programs.bindings(MATRIX + "R[i] all= V[i-1] > 1\nR(x)?"))
        .containsExactly("0", "2", "3", "4");
    assertThat(Programs.bindings(MATRIX + "R[i] all= A[i,j] > 0 : j != 1\nR(x)?"))
        .containsExactly("0");
    assertThat(Programs.bindings(MATRIX + "R[i] all= A[i,j] > 0 : j < 1\nR(x)?"))
        .containsExactly("0", "1");
    assertThat(Programs.bindings(MATRIX + "R[j] any= A[i,j] A[i,0]\nR(x)?"))
        .containsExactly("0", "1", "2");
  }

  @Test
  void aProjectionJoinsAllEquationsOfAName() {
    check("Y[i] max= A[i,0]\nY[i] max= A[i,2]", 3, 4);
    check("Y[i] avg= A[i,0]\nY[i] avg= A[i,j]", 0.75, 1.75);
    check("Y[i] lse= A[i,0]\nY[i] lse= A[i,1]",
        Math.log(Math.exp(1) + Math.exp(-2)), Math.log(Math.exp(4) + Math.exp(5)));
    check("Y[0] min= A[0,j]\ndomain n = 2\ntype Y[n]", -2, INF);
  }

  @Test
  void indexForms() {
    check("Y[i] = V[i+1]", 2, 4, 8, 16, 0);
    check("Y[i] = V[i-2]", 0, 0, 1, 2, 4);
    check("Y[i] max= -1 V[i-1]", -INF, -1, -2, -4, -8);
    check("Y[i+1] = V[i]\ndomain n = 5\ntype Y[n]", 0, 1, 2, 4, 8);
    check("F[0] = 1\nF[1] = 10\ndomain x = 4\nY[x] = V[x+d] F[d]", 21, 42, 84, 168);
    check("F[0] = 1\nF[1] = 10\nY[x] = V[x-d] F[d]", 1, 12, 24, 48, 96);
    check("Y[x/2] = V[x]", 3, 12, 16);
    check("Y[x/2] max= V[x]", 2, 8, 16);
    check("domain x = 5\nY[x/2] avg= V[x]", 1.5, 6, 16);
    check("domain x = 5\nP[x/2] = V[x]\nY[x] = P[x/2]", 3, 3, 12, 12, 16);
    check("S = V[1:4]\nY = S", 14);
    check("Y[i] = A[i,2] + A[1,0]", 7, -2);
    check("Y[n,n] = A[n,0]", 1, 0, 0, 4);
    check("Y[n,n] max= A[n,0]", 1, -INF, -INF, 4);
    check("C[0,0] = 2\nC[1,1] = 5\nC[0,1] = 9\nY = C[n,n]", 7);
    check("domain n = 4\ntype Y[n]\nY[1:3] = V[2:4]", 0, 4, 8, 0);
    check("domain n = 4\ntype Y[n]\nY[::3] = V[2:4]", 4, 0, 0, 8);
    check("Y[i] = i * i : i < 3\ndomain i = 4", 0, 1, 4, 0);
  }

  @Test
  void primesAreASecondIndexOverTheSameSet() {
    check("domain p = 2\nY[p,p'] = A[p,0] A[p',1]", -2, 5, -8, 20);
  }

  @Test
  void queriesTakeParts() {
    assertThat(Programs.values(MATRIX + "V[1:4]?")).containsExactly(2, 4, 8);
    assertThat(Programs.values(MATRIX + "V[::2]?")).containsExactly(1, 4, 16);
    assertThat(Programs.values(MATRIX + "A[1,:]?")).containsExactly(4, 5, -6);
    assertThat(Programs.values(MATRIX + "A[:,1]?")).containsExactly(-2, 5);
  }

  @Test
  void guards() {
    check("Y[i] = V[i] : i < 2 | 100 : i >= 4", 1, 2, 0, 0, 100);
    check("domain i = 5\nY[i] = V[i] : even(i) | -1 * V[i] : odd(i)", 1, -2, 4, -8, 16);
    check("Y[i] = A[i,j] : j != 1 and A[i,j] > 0", 4, 4);
    check("Y[i] max= A[i,j] : j < 2", 1, 5);
    check("Y[i] min= A[i,j] : not j == 0", -2, -6);
    check("Y[i] = log(A[i,j]) : A[i,j] > 0", Math.log(3), Math.log(20));
    check("Y[i] prod= A[i,j] : A[i,j] > 0", 3, 20);
    check("Y[i] avg= A[i,j] : A[i,j] > 0", 2, 4.5);
    check("Y[i] avg= A[i,j] : A[i,j] > 10", 0, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "step(2), 1", "step(0), 0", "relu(-3), 0", "sigmoid(0), 0.5", "'sig(1, 0.5)', 0.880797",
    "'sig(1, 0)', 1", "'sig(-1, 0)', 0", "tanh(1), 0.7615942", "exp(1), 2.7182817",
    "log(2), 0.6931472", "sqrt(2), 1.4142135", "rsqrt(4), 0.5", "abs(-2), 2", "sin(1), 0.841471",
    "cos(1), 0.5403023", "tan(1), 1.5574077", "floor(1.5), 1", "ceil(1.5), 2", "round(2.5), 2",
    "sign(-7), -1", "erf(1), 0.8427008", "gelu(1), 0.8413447", "softplus(1), 1.3132616",
    "silu(1), 0.7310586", "'pow(2, 3)', 8", "'mod(7, 4)', 3", "'mod(-1, 4)', 3", "'min(2, 3)', 2",
    "'max(2, 3)', 3", "'where(0, 2, 3)', 3", "'where(1, 2, 3)', 2", "even(4), 1", "odd(4), 0"
  })
  void functions(String call, double expected) {
    assertThat(Programs.values("Y = " + call + "\nY?")[0]).isCloseTo(expected, within(2e-6));
  }

  @Test
  void functionsJoinAndProjectTheirArguments() {
    check("Y[i] = relu(A[i,j] V[j])", 9, 0);
    check("Y[i] = 2 exp(A[i,j] - A[i,j]) + 1", 3, 3);
    check("Y = relu(A[i,j]) V[i]", 2 + 6);
  }

  @Test
  void functionsAlongAnIndex() {
    double e = Math.exp(1);
    check("B[0] = 1\nB[1] = 2\nY[i.] = softmax(B[i])", 1 / (1 + e), e / (1 + e));
    check("B[0] = 1\nB[1] = 2\nY[i.] = logsoftmax(B[i])", -Math.log(1 + e), 1 - Math.log(1 + e));
    check("B[0] = 1\nB[1] = 3\nY[i.] = lnorm(B[i])", -1, 1);
    check("Y[i,j.] = argmax(A[i,j])", 0, 0, 1, 0, 1, 0);
    check("Y[i] = argmax(A[i,j.])", 2, 1);
    check("B[0] = 5\nB[1] = 7\nB[2] = 7\nY = argmax(B[j.])", 1);
  }

  @Test
  void concatJoinsAlongOneIndex() {
    check("Y[i,k] = concat(A[i,m], A[i,n])", 1, -2, 3, 1, -2, 3, 4, 5, -6, 4, 5, -6);
    check("Y[k] = concat(A[0,m], V[n])", 1, -2, 3, 1, 2, 4, 8, 16);
  }

  @Test
  void scansOverwriteOneSlot() {
    check("Y[*t+1] = Y[*t] * 2 + V[t]", 80);
    check("domain d = 2\nY[*t+1,d] = Y[*t,d] + V[t] A[d,0]", 31, 124);
    String twice = "domain t = 5\nC[*t+1] = C[*t] + V[t]\n";
    check(twice + "Y[*t+1] = Y[*t] + C[*t+1]", 57);
    check(twice + "Y[*t+1] = Y[*t] + C[*t]", 26);
    check("Y[*t+1] = 0.5 * Y[*t] + V[t-1]", 0.125 + 0.5 + 2 + 8);
    check("Y[*t+1] max= Y[*t] + t | V[t] : t < 3", 11);
  }

  @Test
  void aScanCannotReadItselfWithinOneStep() {
    String text = "domain t = 3\nA[*t+1] = B[*t+1]\nB[*t+1] = A[*t+1] + 1\nA?\n";
    assertThatThrownBy(() -> Programs.answers(text))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("reads itself within one step")
        .hasMessageContaining("p.tl:2");
  }

  @Test
  void aScannedIndexIsNoAxisOfTheState() {
    assertThatThrownBy(() -> Programs.answers(MATRIX + "Y[*t+1,t] = V[t]\nY?\n"))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("is an axis of it too");
  }

  @Test
  void scansThatRunTogetherHaveOneExtent() {
    String text = MATRIX + "C[*t+1] = C[*t] + V[t]\nY[*t+1] = C[*t+1] + A[0,t]\nY?\n";
    assertThatThrownBy(() -> Programs.answers(text))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("C is scanned 5 steps but Y, which runs with it, 3");
  }

  @Test
  void integersStayWhole() {
    var answer = (Answer.Values) Programs.answers(
        MATRIX + "domain j = 3\nY[i] = argmax(A[i,j.])\nY?").getFirst();
    assertThat(answer.dtype()).isEqualTo(DType.I64);
  }
}
