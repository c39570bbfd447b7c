module org.tensorlogic.core {
  exports org.tensorlogic.autodiff;
  exports org.tensorlogic.einsum;
  exports org.tensorlogic.error;
  exports org.tensorlogic.ir;
  exports org.tensorlogic.rewrite;
  exports org.tensorlogic.type;
}
