# interrupted*.{json,csv}: 120 months with a change of level and slope at month 73; also the breaks of the plain line.
source("writing.R")
suppressMessages({library(sandwich); library(lmtest); library(nlme); library(MASS); library(strucchange)})

months <- read("interrupted.csv")
after <- months$level == 1
formula <- share ~ t + level + after
counts <- mentions ~ t + level + after + offset(log(total))
newey <- function(fit, ...) NeweyWest(fit, lag = 4, prewhite = FALSE, ...)

ols <- lm(formula, months)
nw <- newey(ols)
harmonic <- lm(share ~ t + level + after + sin(2 * pi * t / 12) + cos(2 * pi * t / 12), months)
robust_t <- coeftest(ols, nw, df = ols$df.residual)
robust_z <- coeftest(ols, nw, df = Inf)
interval <- coefci(ols, vcov. = nw, df = ols$df.residual)
colnames(interval) <- c("lo", "hi")

# the effect of month t is level + after_t; contrasts of the two coefficients
contrast <- function(l, v) sqrt(c(l %*% v %*% l))
average <- c(0, 0, 1, mean(months$after[after]))
last <- c(0, 0, 1, max(months$after))
n_after <- sum(after)

gls_of <- function(method) {
  fit <- gls(formula, months, correlation = corAR1(form = ~t), method = method)
  list(coef = named(coef(fit)), se = errors(vcov(fit)),
       phi = unname(coef(fit$modelStruct$corStruct, unconstrained = FALSE)), sigma = fit$sigma, logLik = c(logLik(fit)))
}
tight <- glm.control(epsilon = 1e-14, maxit = 100)
quasi <- glm(counts, quasipoisson, months, control = tight)
negbin <- glm.nb(counts, months, control = tight)
without <- transform(months, level = 0, after = 0)
mu <- fitted(quasi)
mu_without <- predict(quasi, without, type = "response")

tests <- function(x, by, name) lapply(by, function(test) setNames(list(unname(test$statistic), test$p.value), c(name, "p")))
orders <- function(f, by, label) setNames(lapply(by, f), paste0(label, by))
f <- Fstats(share ~ t, from = .15, data = months)
breaks <- breakpoints(share ~ t, h = .15, data = months)
durbin <- dwtest(ols)
pagan <- bptest(ols)
write_numbers(list(
  design = list(T0 = which(after)[1], lag = 4),
  ols = list(
    coef = named(coef(ols)), se_ols = errors(vcov(ols)), se_NW = errors(nw), se_NW_adjust = errors(newey(ols, adjust = TRUE)),
    se_HC0 = errors(vcovHC(ols, "HC0")), se_HC1 = errors(vcovHC(ols, "HC1")), se_HC3 = errors(vcovHC(ols, "HC3")),
    vcov_NW = block(nw), sigma = sigma(ols), r2 = summary(ols)$r.squared, adj_r2 = summary(ols)$adj.r.squared,
    df_residual = ols$df.residual, logLik = c(logLik(ols)), coeftest_NW_t = block(unclass(robust_t)[, ]),
    coeftest_NW_norm = block(unclass(robust_z)[, ]), auto_lag = bwNeweyWest(ols, prewhite = FALSE),
    se_NW_auto = errors(NeweyWest(ols, prewhite = FALSE)), se_NW_prewhite_default = errors(NeweyWest(ols)),
    se_vcovHAC_andrews = errors(vcovHAC(ols)), CI95_t_NW = block(interval)),
  effects = list(
    average_post = list(est = sum(average * coef(ols)), se_ols = contrast(average, vcov(ols)), se_NW = contrast(average, nw)),
    cumulative_post = list(est = n_after * sum(average * coef(ols)), se_NW = n_after * contrast(average, nw)),
    at_end = list(est = sum(last * coef(ols)), se_NW = contrast(last, nw))),
  ols_harmonic = list(coef = named(coef(harmonic)), se_NW = errors(newey(harmonic))),
  diagnostics = list(
    durbin_watson = list(DW = unname(durbin$statistic), p_greater = durbin$p.value,
                         p_two_sided = dwtest(ols, alternative = "two.sided")$p.value),
    breusch_godfrey = tests(ols, orders(function(k) bgtest(ols, order = k), c(1, 4, 12), "order"), "LM"),
    breusch_pagan = list(BP = unname(pagan$statistic), df = unname(pagan$parameter), p = pagan$p.value),
    ljung_box = tests(ols, orders(function(k) Box.test(residuals(ols), k, "Ljung-Box"), c(1, 4, 12), "lag"), "Q"),
    acf = c(acf(residuals(ols), lag.max = 12, plot = FALSE)$acf), pacf = c(pacf(residuals(ols), lag.max = 12, plot = FALSE)$acf)),
  gls_ar1_REML = gls_of("REML"), gls_ar1_ML = gls_of("ML"),
  quasipoisson = list(coef = named(coef(quasi)), se = errors(vcov(quasi)), se_NW = errors(newey(quasi)),
                      dispersion = summary(quasi)$dispersion, cumulative_excess = sum((mu - mu_without)[after])),
  negbin = list(coef = named(coef(negbin)), se = errors(vcov(negbin)), theta = negbin$theta, SE_theta = negbin$SE.theta,
                logLik = c(logLik(negbin)), se_NW = errors(newey(negbin))),
  supF = list(supF = unname(sctest(f)$statistic), p = unname(sctest(f)$p.value), break_at = f$breakpoint,
              breakpoints_BIC = breaks$breakpoints, RSS_m0_to_m2 = block(summary(breaks)$RSS)),
  versions = versions("sandwich", "lmtest", "nlme", "MASS", "strucchange")
), "interrupted.json")

x <- model.matrix(ols)
x_without <- model.matrix(formula, without)
along <- function(rows, v) sqrt(rowSums((rows %*% v) * rows))
write_table(data.frame(
  t = months$t, fitted = fitted(ols), se_fit_ols = along(x, vcov(ols)), se_fit_NW = along(x, nw),
  counterfactual = c(x_without %*% coef(ols)), se_cf_ols = along(x_without, vcov(ols)), se_cf_NW = along(x_without, nw),
  effect = c((x - x_without) %*% coef(ols)), se_effect_ols = along(x - x_without, vcov(ols)),
  se_effect_NW = along(x - x_without, nw)), "interrupted_ols_predicted.csv")
write_table(data.frame(
  t = months$t, mu = mu, mu_counterfactual = mu_without, rate_ratio = mu / mu_without,
  se_log_rr_model = along(x - x_without, vcov(quasi)), se_log_rr_NW = along(x - x_without, newey(quasi)),
  nb_mu = fitted(negbin)), "interrupted_count_predicted.csv")
