# counts_daily*.{json,csv}: 730 days of mentions with an offset; Poisson, quasi-Poisson, negative binomial, least squares.
source("writing.R")
suppressMessages({library(MASS); library(sandwich); library(lmtest); library(clubSandwich); library(AER); library(numDeriv)})

days <- read("counts_daily.csv")
tight <- glm.control(epsilon = 1e-14, maxit = 100)
formula <- mentions ~ trend + weekend + summit + offset(log(total))

robust <- function(fit) {
  newey <- function(...) NeweyWest(fit, prewhite = FALSE, ...)
  by <- function(group) list(
    HC0_noadj = errors(vcovCL(fit, group, type = "HC0", cadjust = FALSE)),
    HC0_cadj = errors(vcovCL(fit, group, type = "HC0", cadjust = TRUE)),
    HC1_cadj = errors(vcovCL(fit, group, type = "HC1", cadjust = TRUE)))
  list(
    HC0 = errors(vcovHC(fit, "HC0")), HC1 = errors(vcovHC(fit, "HC1")), HC3 = errors(vcovHC(fit, "HC3")),
    NW_lag7 = errors(newey(lag = 7)), NW_lag7_adjust = errors(newey(lag = 7, adjust = TRUE)), NW_lag14 = errors(newey(lag = 14)),
    NW_lag0 = errors(newey(lag = 0)), NW_auto_lag = bwNeweyWest(fit, prewhite = FALSE), NW_auto = errors(newey()),
    NW_lag7_vcov = block(newey(lag = 7)), cluster_month = by(days$month), cluster_week = by(days$week))
}
club <- function(fit, group) {
  kind <- function(type) tryCatch(errors(as.matrix(vcovCR(fit, group, type = type))),
                                  error = function(e) paste("not computable:", conditionMessage(e)))
  test <- coef_test(fit, vcovCR(fit, group, type = "CR2"), test = "Satterthwaite")
  table <- as.matrix(test[c("beta", "SE", "tstat", "df_Satt", "p_Satt")])
  rownames(table) <- names(coef(fit))
  c(sapply(c("CR0", "CR1", "CR1S", "CR2", "CR3"), kind, simplify = FALSE), list(CR2_satterthwaite = block(table)))
}
wald <- function(fit) {
  se <- sqrt(diag(vcov(fit)))
  list(coef = named(coef(fit)), se = named(se), z = named(coef(fit) / se), p_norm = named(2 * pnorm(-abs(coef(fit) / se))))
}
likelihood <- function(fit) list(deviance = deviance(fit), null_deviance = fit$null.deviance,
                                 df_residual = fit$df.residual, AIC = AIC(fit), BIC = BIC(fit))

poisson_fit <- glm(formula, poisson, days, control = tight)
quasi <- glm(formula, quasipoisson, days, control = tight)
negbin <- glm.nb(formula, days, control = tight)
ols <- lm(log((mentions + .5) / total) ~ trend + weekend + summit, days)
pearson <- residuals(poisson_fit, "pearson")

# the joint likelihood of the coefficients and log theta, whose Hessian glm.nb does not give
x <- model.matrix(negbin)
joint <- function(par) -sum(dnbinom(days$mentions, size = exp(par[5]), mu = exp(x %*% par[1:4] + log(days$total)), log = TRUE))
at <- c(coef(negbin), log_theta = log(negbin$theta))
joint_errors <- setNames(sqrt(diag(solve(hessian(joint, at)))), names(at))

test_of <- function(trafo) {
  t <- dispersiontest(poisson_fit, trafo = trafo)
  list(statistic = named(t$statistic), estimate = named(t$estimate), p = t$p.value, alternative = t$alternative)
}
box <- function(type) Box.test(pearson, lag = 7, type = type)

write_numbers(list(daily = list(
  poisson = c(wald(poisson_fit), list(vcov = block(vcov(poisson_fit)), logLik = c(logLik(poisson_fit))), likelihood(poisson_fit),
              list(pearson_chi2 = sum(pearson^2), dispersion_pearson = sum(pearson^2) / poisson_fit$df.residual,
                   robust = robust(poisson_fit), clubSandwich_month = club(poisson_fit, days$month),
                   clubSandwich_week = club(poisson_fit, days$week))),
  quasipoisson = c(wald(quasi), list(dispersion = summary(quasi)$dispersion)),
  negbin = c(wald(negbin), list(vcov = block(vcov(negbin)), theta = negbin$theta, SE_theta = negbin$SE.theta,
                                alpha = 1 / negbin$theta, twologlik = negbin$twologlik, logLik = c(logLik(negbin))),
             likelihood(negbin), list(joint = list(se_joint_observed = named(joint_errors)), robust = robust(negbin))),
  lm_logrel = list(coef = named(coef(ols)), se = errors(vcov(ols)), robust = robust(ols),
                   clubSandwich_month = club(ols, days$month), clubSandwich_week = club(ols, days$week),
                   HC4 = errors(vcovHC(ols, "HC4")), HC2 = errors(vcovHC(ols, "HC2"))),
  dispersiontest = list(trafo1 = test_of(1), trafo2 = test_of(2), NULL_ = test_of(NULL)),
  LR_poisson_vs_nb = 2 * c(logLik(negbin) - logLik(poisson_fit)),
  residual_acf = list(
    poisson_pearson = c(acf(pearson, lag.max = 14, plot = FALSE)$acf),
    ljung_box_lag7 = list(Q = unname(box("Ljung-Box")$statistic), df = 7, p = box("Ljung-Box")$p.value),
    box_pierce_lag7 = list(Q = unname(box("Box-Pierce")$statistic), p = box("Box-Pierce")$p.value))
), versions = versions("MASS", "sandwich", "lmtest", "clubSandwich", "AER")), "counts_daily.json")

grid <- read("counts_daily_predicted.csv")[c("trend", "weekend", "summit", "total")]
at_grid <- function(fit) predict(fit, grid, type = "link", se.fit = TRUE)
rows <- model.matrix(~ trend + weekend + summit, grid)
v <- NeweyWest(poisson_fit, lag = 7, prewhite = FALSE)
write_table(data.frame(grid, poisson_mu = exp(at_grid(poisson_fit)$fit), poisson_se_link = at_grid(poisson_fit)$se.fit,
                       nb_mu = exp(at_grid(negbin)$fit), nb_se_link = at_grid(negbin)$se.fit,
                       poisson_se_link_NW7 = sqrt(diag(rows %*% v %*% t(rows)))), "counts_daily_predicted.csv")
