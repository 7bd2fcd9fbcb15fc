# separation.json: front page yes or no with quasi-complete, complete and no separation; glm and bias-reduced answers.
# Not rerun: firth_logistf, firth_overall_test (logistf).
source("writing.R")
suppressMessages({library(brglm2); library(brglm)})

profile <- function(x, y) {  # penalised likelihood of Firth (1993), its maximum and its profile (Heinze & Schemper 2002)
  penalised <- function(b) {
    eta <- c(x %*% b)
    w <- plogis(eta) * plogis(-eta)
    sum(plogis(ifelse(y == 1, eta, -eta), log.p = TRUE)) + as.numeric(determinant(t(x) %*% (w * x))$modulus) / 2
  }
  climb <- function(f, start) {
    found <- optim(start, function(b) -f(b), method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))
    optim(found$par, function(b) -f(b), method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))
  }
  n <- ncol(x)
  best <- climb(penalised, rep(0, n))
  limit <- qchisq(.95, 1)
  row <- function(j) {
    from <- best$par[-j]
    drop <- function(value) 2 * (climb(function(b) penalised(append(b, value, j - 1)), from)$value - best$value)
    bound <- function(direction) {
      step <- 1
      while (drop(best$par[j] + direction * step) < limit) step <- 1.5 * step
      uniroot(function(v) drop(v) - limit, sort(best$par[j] + direction * c(0, step)), tol = 1e-12)$root
    }
    chisq <- drop(0)
    c(est = best$par[j], lo = bound(-1), hi = bound(1), chisq = chisq, p = pchisq(chisq, 1, lower.tail = FALSE))
  }
  table <- t(sapply(seq_len(n), row))
  rownames(table) <- colnames(x)
  list(table = block(table), max_penalised_loglik = -best$value)
}
case <- function(name, formula) {
  frame <- read(paste0("separation_", name, ".csv"))
  said <- character()
  plain <- withCallingHandlers(glm(formula, binomial, frame), warning = function(w) {
    said <<- c(said, conditionMessage(w))
    invokeRestart("muffleWarning")
  })
  reduced <- function(type) glm(formula, binomial, frame, method = "brglmFit", type = type, epsilon = 1e-12, maxit = 10000)
  both <- function(fit) list(coef = named(coef(fit)), se = errors(vcov(fit)))
  firth <- reduced("AS_mean")
  older <- brglm::brglm(formula, binomial, frame, control.brglm = brglm::brglm.control(br.epsilon = 1e-12, br.maxit = 10000))
  list(
    glm = c(list(warnings = I(said), converged = plain$converged), both(plain),
            list(deviance = deviance(plain), iterations = plain$iter, max_fitted = max(fitted(plain)), min_fitted = min(fitted(plain)))),
    firth_brglm2 = c(both(firth), list(fitted_mean = mean(fitted(firth)))),
    median_brglm2 = both(reduced("AS_median")), firth_brglm = both(older),
    profile_direct = profile(model.matrix(plain), plain$y))
}
write_numbers(list(
  quasi = case("quasi", front ~ time + reprint), complete = case("complete", front ~ x + w), none = case("none", front ~ x + k),
  versions = versions("brglm2", "brglm")), "separation.json")
